"""What the office keeps: people, keychains, sealed records, the audit chain."""
