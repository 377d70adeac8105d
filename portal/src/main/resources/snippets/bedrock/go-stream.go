// go get github.com/aws/aws-sdk-go-v2/service/bedrockruntime
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go/auth/bearer"
)

func main() {
	client := bedrockruntime.New(bedrockruntime.Options{
		Region:       "{{region}}",
		BaseEndpoint: aws.String("{{url}}"),
		BearerAuthTokenProvider: bearer.StaticTokenProvider{
			Token: bearer.Token{Value: os.Getenv("GATEWAY_TOKEN")},
		},
		AuthSchemePreference: []string{"httpBearerAuth"},
	})
	response, err := client.ConverseStream(context.Background(), &bedrockruntime.ConverseStreamInput{
		ModelId: aws.String("{{model}}"),
		Messages: []types.Message{{
			Role: types.ConversationRoleUser,
			Content: []types.ContentBlock{
				&types.ContentBlockMemberText{Value: "Say hello in one short sentence."},
			},
		}},
	})
	if err != nil {
		panic(err)
	}
	stream := response.GetStream()
	defer stream.Close()
	for event := range stream.Events() {
		delta, ok := event.(*types.ConverseStreamOutputMemberContentBlockDelta)
		if !ok {
			continue
		}
		if text, ok := delta.Value.Delta.(*types.ContentBlockDeltaMemberText); ok {
			fmt.Print(text.Value)
		}
	}
	if err := stream.Err(); err != nil {
		panic(err)
	}
	fmt.Println()
}
