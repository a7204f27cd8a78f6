"""`parledger demo --province`: a made-up province, played, beside what must come of it."""
