"""jetbridge: React Server Actions for Python."""
