"""The catalogue of models: files, sha256, licences, and where their packages keep them."""
