"""A folder whose files are declared: for programs that can write a file and nothing else."""
