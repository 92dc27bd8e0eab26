// A line for each file that is taken in: RESOURCE(symbol of its own, "path within files").
RESOURCE(languages, "languages.bin")
RESOURCE(openapi_main, "openapi/main.json")
RESOURCE(openapi_schemas, "openapi/schemas.json")
RESOURCE(openapi_paths, "openapi/paths.json")
RESOURCE(openapi_deepl, "openapi/deepl.json")
