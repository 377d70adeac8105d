package dev.adp.portal;

import java.util.List;

/**
 * A program that people code with, and how it is set up for one kind of provider.
 *
 * @param file below {@code snippets/clients/}
 * @param title where the text belongs
 * @param models which models it can work with
 * @param hints what else to know; the last says how it goes on when the token ends
 */
record CodingClient(
    String slug, String label, String file, String title, ModelFamily models, List<String> hints) {

  private static final String CLAUDE_CONVERSATIONS =
      "Claude Code sends its session ID with each call, so that its turns can be told to be one"
          + " conversation.";

  static CodingClient claudeCode(ModelFamily models) {
    return new CodingClient(
        "claude-code",
        "Claude Code",
        "claude-code.json",
        "~/.claude/settings.json",
        models,
        List.of(
            CLAUDE_CONVERSATIONS,
            "The token never runs out: Claude Code runs apiKeyHelper when it starts, every 50"
                + " minutes and after a 401. Start it where GATEWAY_CLIENT_ID and"
                + " GATEWAY_CLIENT_SECRET are set."));
  }

  static CodingClient claudeCodeWithSubscription(ModelFamily models) {
    return new CodingClient(
        "claude-code",
        "Claude Code",
        "claude-code-passthrough.sh",
        "Shell",
        models,
        List.of(
            "Sign in with your own subscription (/login). Claude Code sends it to Anthropic in"
                + " Authorization and the gateway token in a header of its own; set no"
                + " ANTHROPIC_AUTH_TOKEN, ANTHROPIC_API_KEY or apiKeyHelper.",
            CLAUDE_CONVERSATIONS,
            "The header is read at the start. After an hour calls answer 401: leave Claude Code,"
                + " repeat step 1 and these lines, and go on with claude --continue."));
  }

  static CodingClient claudeCodeOnBedrock(ModelFamily models) {
    return new CodingClient(
        "claude-code",
        "Claude Code",
        "claude-code-bedrock.sh",
        "Shell",
        models,
        List.of(
            CLAUDE_CONVERSATIONS,
            "The token is read at the start. After an hour calls answer 401: leave Claude Code,"
                + " repeat step 1 and these lines, and go on with claude --continue."));
  }

  static CodingClient codex(ModelFamily models) {
    return new CodingClient(
        "codex",
        "Codex",
        "codex.toml",
        "~/.codex/config.toml",
        models,
        List.of(
            "The token never runs out: Codex runs the command when it starts, every 50 minutes and"
                + " after a 401. Start it where GATEWAY_CLIENT_ID and GATEWAY_CLIENT_SECRET are"
                + " set. To use the token of step 1 instead, put env_key = \"GATEWAY_TOKEN\" in"
                + " place of the auth table."));
  }

  static CodingClient geminiCli(ModelFamily models) {
    return new CodingClient(
        "gemini-cli",
        "Gemini CLI",
        "gemini-cli.sh",
        "Shell",
        models,
        List.of(
            "Choose \"Use Gemini API Key\" when it asks how to authenticate; for gemini -p put"
                + " {\"security\": {\"auth\": {\"selectedType\": \"gemini-api-key\"}}} into"
                + " ~/.gemini/settings.json.",
            "Gemini CLI also calls smaller Gemini models: a provider that lists its models must list"
                + " those too.",
            "The key is read at the start. After an hour calls answer 401: leave Gemini CLI, repeat"
                + " step 1 and these lines, and go on with gemini --resume."));
  }

  static CodingClient openCode(String file, ModelFamily models) {
    return new CodingClient(
        "opencode",
        "OpenCode",
        file,
        "opencode.json",
        models,
        List.of(
            "OpenCode reads GATEWAY_TOKEN when it starts. After an hour calls answer 401: leave it,"
                + " repeat step 1 and go on with opencode --continue."));
  }

  static CodingClient continueDev(String file, ModelFamily models) {
    return new CodingClient(
        "continue",
        "Continue",
        file,
        "~/.continue/config.yaml",
        models,
        List.of(
            "Continue reads the token from the line GATEWAY_TOKEN=… in ~/.continue/.env. After an"
                + " hour calls answer 401: replace it with a new token of step 1 and reload the"
                + " configuration."));
  }

  static CodingClient cursor(String file, ModelFamily models) {
    return new CodingClient(
        "cursor",
        "Cursor",
        file,
        "Cursor Settings › Models",
        models,
        List.of(
            "Cursor calls from its own servers: the gateway must be reachable from the internet.",
            "Cursor keeps the key as typed. After an hour calls answer 401: repeat step 1 and paste"
                + " the new token."));
  }
}
