"""What the internet-facing side may touch: sealed arrivals, devices, invitations, stored bundles."""
