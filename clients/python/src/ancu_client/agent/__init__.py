"""An agent that declares the files of a folder, for programs that can only write files."""
