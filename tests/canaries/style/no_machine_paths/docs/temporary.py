FOLDER = "/tmp/x"
