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
	stream := client.Models.GenerateContentStream(
		ctx,
		"{{model}}",
		genai.Text("Say hello in one short sentence."),
		nil,
	)
	for chunk, err := range stream {
		if err != nil {
			panic(err)
		}
		fmt.Print(chunk.Text())
	}
	fmt.Println()
}
