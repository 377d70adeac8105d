// go get github.com/anthropics/anthropic-sdk-go
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
)

func main() {
	client := anthropic.NewClient(
		option.WithBaseURL("{{url}}"),
		option.WithAuthToken(os.Getenv("ANTHROPIC_AUTH_TOKEN")),
		option.WithHeader("X-Redpanda-Cloud-Token", os.Getenv("GATEWAY_TOKEN")),
	)
	message, err := client.Messages.New(context.Background(), anthropic.MessageNewParams{
		Model:     "{{model}}",
		MaxTokens: 1024,
		Messages: []anthropic.MessageParam{
			anthropic.NewUserMessage(anthropic.NewTextBlock("Say hello in one short sentence.")),
		},
	})
	if err != nil {
		panic(err)
	}
	for _, block := range message.Content {
		fmt.Println(block.Text)
	}
}
