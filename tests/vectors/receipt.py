def cases(_s):
    return []
