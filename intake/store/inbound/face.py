"""The one MetaData of this face."""

from sqlalchemy import MetaData

metadata = MetaData()
