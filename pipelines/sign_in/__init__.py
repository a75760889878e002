"""Signing in, without the web: who is let in (access.toml), the OIDC settings, and the record of visits."""
