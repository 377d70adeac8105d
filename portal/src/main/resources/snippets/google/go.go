// go get google.golang.org/genai
package main

import (
	"context"
	"fmt"
	"os"

	"google.golang.org/genai"
)

func main() {
	ctx := context.Background()
	client, err := genai.NewClient(ctx, &genai.ClientConfig{
		APIKey:  os.Getenv("GATEWAY_TOKEN"),
		Backend: genai.BackendGeminiAPI,
		HTTPOptions: genai.HTTPOptions{
			BaseURL:    "{{url}}",
			APIVersion: "v1beta",
		},
	})
	if err != nil {
		panic(err)
	}
	response, err := client.Models.GenerateContent(
		ctx,
		"{{model}}",
		genai.Text("Say hello in one short sentence."),
		nil,
	)
	if err != nil {
		panic(err)
	}
	fmt.Println(response.Text())
}
