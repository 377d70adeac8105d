// go get github.com/openai/openai-go/v3
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
)

func main() {
	client := openai.NewClient(
		option.WithBaseURL("{{url}}"),
		option.WithAPIKey(os.Getenv("GATEWAY_TOKEN")),
	)
	stream := client.Responses.NewStreaming(context.Background(), responses.ResponseNewParams{
		Model: "{{model}}",
		Input: responses.ResponseNewParamsInputUnion{
			OfString: openai.String("Say hello in one short sentence."),
		},
	})
	for stream.Next() {
		if event := stream.Current(); event.Type == "response.output_text.delta" {
			fmt.Print(event.Delta)
		}
	}
	if err := stream.Err(); err != nil {
		panic(err)
	}
	fmt.Println()
}
