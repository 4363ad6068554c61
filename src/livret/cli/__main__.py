from livret.cli.main import main

main()
