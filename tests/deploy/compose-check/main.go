// Reads a compose file with the library that Docker Compose itself is built on: its schema, its interpolation from the .env
// beside the file, its profiles. Prints the project as JSON, or what is wrong with it and exits 1. Needs no container engine.
//
//	go run . ../../../docker-compose.yml path/to/.env
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(
		[]string{os.Args[1]},
		cli.WithWorkingDirectory(filepath.Dir(os.Args[1])),
		cli.WithEnvFiles(os.Args[2]),
		cli.WithDotEnv,
		cli.WithProfiles([]string{"*"}),
	)
	if err == nil {
		project, fault := options.LoadProject(context.Background())
		if fault == nil {
			document, _ := project.MarshalJSON()
			fmt.Println(string(document))
			return
		}
		err = fault
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
