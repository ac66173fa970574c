"""`python -m meshnode` is the same program as `meshnode`."""

from meshnode.commands import main

if __name__ == "__main__":
    main()
