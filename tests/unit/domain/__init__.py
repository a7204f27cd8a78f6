"""The appraisal by itself: no server, no clock."""
