"""Long acts (builds, PDFs, imports) with lease, progress, cancel, retry and a page."""
