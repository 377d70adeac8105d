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
	response, err := client.Responses.New(context.Background(), responses.ResponseNewParams{
		Model: "{{model}}",
		Input: responses.ResponseNewParamsInputUnion{
			OfString: openai.String("Say hello in one short sentence."),
		},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(response.OutputText())
}
