// A line for each file that is taken in: RESOURCE(symbol of its own, "path within files").
RESOURCE(languages, "languages.bin")
