"""Reading rows: one function per question, each told who asks.

`viewer` is a required argument of every one of them: its path stands in every statement as $1, beside what
row-level security says about the same transaction. What is out of its scope is not found.
What is hidden until release is not known here.
"""
