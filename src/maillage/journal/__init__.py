"""The trace of every act: events that nobody can quietly rewrite, signed heads, proofs."""
