// go get github.com/openai/openai-go/v3
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

func main() {
	client := openai.NewClient(
		option.WithBaseURL("{{url}}"),
		option.WithAPIKey(os.Getenv("GATEWAY_TOKEN")),
	)
	completion, err := client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model: "{{model}}",
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.UserMessage("Say hello in one short sentence."),
		},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(completion.Choices[0].Message.Content)
}
