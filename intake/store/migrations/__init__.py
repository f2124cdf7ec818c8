"""The history of both schemas: one folder a face, one environment for both."""
