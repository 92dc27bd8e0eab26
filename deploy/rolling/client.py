"""One connection that is kept, and asked for translations."""

import http.client
import json


class Client:
    def __init__(self, port, source, target, timeout=60, address=None):
        self.port = port
        self.pair = (source, target)
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=timeout, source_address=address and (address, 0))

    def translate(self, text):
        """(translation, None), or (None, why not)."""
        body = json.dumps({"q": text, "source": self.pair[0], "target": self.pair[1]})
        try:
            self.connection.request("POST", "/translate", body, {"Content-Type": "application/json"})
            response = self.connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            return None, f"{type(error).__name__}: {error}"
        if response.status != 200:
            return None, f"status {response.status}"
        try:
            return json.loads(data)["translatedText"], None
        except (ValueError, KeyError, TypeError) as error:
            return None, f"an answer that is none: {type(error).__name__}"

    def close(self):
        self.connection.close()


def is_ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
