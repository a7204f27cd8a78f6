"""The units' front door: submissions and what belongs to them; and the broker's auth callout."""
