"""Who acts, for whom, by which right: people, organisations, roles, delegations, and the one gate."""
