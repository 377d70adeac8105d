package dev.adp.api;

import static dev.adp.api.Agreement.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the document's schemas take and refuse, the API takes and refuses. */
class ApiRequestsTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private static final String PROVIDER = "/v1/llm-providers/team-a";
  private static final Agreement NEW_PROVIDER =
      new Agreement(api, "createLLMProvider", 201, "POST", "/v1/llm-providers");
  private static final Agreement CHANGED_PROVIDER =
      new Agreement(api, "updateLLMProvider", 200, "PATCH", PROVIDER);

  @BeforeEach
  void prepare() {
    api.createTeamA();
  }

  /** Fields that are added to, or replace those of, a body that is right. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {}",
        "yes | {'description': null, 'enabled': null, 'models': null, 'transcripts': null}",
        "yes | {'uid': 7, 'url': null, 'etag': 'x', 'created_at': 'never'}",
        "no  | {'surprise': 1}",
        "no  | {'surprise': null}",
        "no  | {'name': 'Team B'}",
        "no  | {'name': 7}",
        "no  | {'name': null}",
        "no  | {'display_name': ' '}",
        "no  | {'display_name': 'two\\nlines'}",
        "yes | {'description': 'two\\nlines\\tand a tab'}",
        "no  | {'description': 'a bell\\u0007'}",
        "no  | {'enabled': 'true'}",
        "yes | {'type': 'LLM_PROVIDER_TYPE_OPENAI'}",
        "yes | {'type': 'LLM_PROVIDER_TYPE_UNSPECIFIED'}",
        "yes | {'type': null}",
        "no  | {'type': 'LLM_PROVIDER_TYPE_OPENAI_COMPATIBLE'}",
        "no  | {'type': 'OPENAI'}",
        "no  | {'openai_config': null}",
        "no  | {'openai_config': {}}",
        "no  | {'openai_config': {'api_key_ref': ' '}}",
        "no  | {'openai_config': {'api_key_ref': 'key'}}",
        "no  | {'openai_config': {'api_key_ref': 'KEY', 'surprise': null}}",
        "yes | {'openai_config': {'api_key_ref': 'KEY', 'base_url': ''}}",
        "yes | {'openai_config': {'api_key_ref': 'KEY', 'base_url': 'HTTP://127.0.0.1/v1/'}}",
        "no  | {'openai_config': {'api_key_ref': 'KEY', 'base_url': 'ftp://127.0.0.1'}}",
        "no  | {'openai_config': {'api_key_ref': 'KEY', 'base_url': 'http://a@127.0.0.1'}}",
        "no  | {'openai_config': {'api_key_ref': 'KEY', 'base_url': 'http://127.0.0.1/?a'}}",
        "yes | {'openai_compatible_config': null}",
        "no  | {'openai_compatible_config': {'base_url': 'http://127.0.0.1'}}",
        "yes | {'openai_config': null, 'openai_compatible_config': {'base_url': 'http://127.0.0.1', 'api_key_ref': ''}}",
        "no  | {'openai_config': null, 'openai_compatible_config': {'base_url': ' '}}",
        "no  | {'openai_config': null, 'openai_compatible_config': {'api_key_ref': 'KEY'}}",
        "yes | {'models': ['a', 'b']}",
        "no  | {'models': ['a', 'a']}",
        "no  | {'models': ['a', null]}",
        "no  | {'models': 'a'}",
        "no  | {'provider_models': [{'name': ' a'}]}",
        "no  | {'provider_models': [{'name': ''}]}",
        "no  | {'provider_models': [{}]}",
        "yes | {'provider_models': [{'name': 'a', 'custom_pricing': null}]}",
        "yes | {'transcripts': {'record_input_messages': null}}",
        "no  | {'transcripts': {'record_input_messages': 1}}",
        "no  | {'transcripts': true}",
      })
  void providers(String taken, String fields) {
    NEW_PROVIDER.on(
        taken,
        "{'name': 'team-b', 'display_name': 'Team B', 'openai_config': {'api_key_ref': 'KEY'}}",
        fields);
  }

  /** Configurations of the other types, and fields beside them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {'anthropic_config': {'api_key_ref': 'KEY'}}",
        "yes | {'anthropic_config': {'authorization_passthrough': true, 'api_key_ref': ''}}",
        "yes | {'anthropic_config': {'api_key_ref': 'KEY', 'base_url': 'http://127.0.0.1'}, 'type': 'LLM_PROVIDER_TYPE_ANTHROPIC'}",
        "no  | {'anthropic_config': {'api_key_ref': 'KEY'}, 'type': 'LLM_PROVIDER_TYPE_GOOGLE'}",
        "no  | {'anthropic_config': {'api_key_ref': 'KEY'}, 'google_config': {'api_key_ref': 'KEY'}}",
        "no  | {'anthropic_config': {'api_key_ref': 'KEY'}, 'guardrail': 'pii'}",
        "no  | {'anthropic_config': {'authorization_passthrough': 'yes'}}",
        "yes | {'google_config': {'api_key_ref': 'KEY'}}",
        "no  | {'google_config': {'base_url': 'http://127.0.0.1'}}",
        "yes | {'bedrock_config': {'region': 'us-east-1'}}",
        "yes | {'bedrock_config': {'region': ' us-gov-west-1 '}, 'guardrail': null}",
        "no  | {'bedrock_config': {'region': 'virginia'}}",
        "no  | {'bedrock_config': {}}",
        "yes | {'bedrock_config': {'region': 'eu-west-1', 'static_credentials': {'access_key_id_ref': 'KEY', 'secret_access_key_ref': 'KEY'}}}",
        "no  | {'bedrock_config': {'region': 'eu-west-1', 'static_credentials': {'access_key_id_ref': 'KEY'}}}",
        "yes | {'bedrock_config': {'region': 'eu-west-1', 'assume_role': {'role_arn': 'arn:aws:iam::123456789012:role/BedrockRole', 'external_id': '', 'session_name': null}}}",
        "yes | {'bedrock_config': {'region': 'eu-west-1', 'assume_role': {'role_arn': 'arn:aws-cn:iam::123456789012:role/a/b', 'external_id': 'x:1', 'session_name': 'redpanda-adp'}}}",
        "no  | {'bedrock_config': {'region': 'eu-west-1', 'assume_role': {'role_arn': 'arn:aws:iam::12:role/x'}}}",
        "no  | {'bedrock_config': {'region': 'eu-west-1', 'assume_role': {'role_arn': 'arn:aws:iam::123456789012:role/x', 'session_name': 'a b'}}}",
        "no  | {'bedrock_config': {'region': 'eu-west-1', 'assume_role': {}}}",
        "no  | {'bedrock_config': {'region': 'eu-west-1', 'surprise': 1}}",
      })
  void otherTypes(String taken, String config) {
    NEW_PROVIDER.on(taken, "{'name': 'team-b', 'display_name': 'Team B'}", config);
  }

  /** What a schema cannot say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'anthropic_config': {}} | anthropic_config.api_key_ref: is required unless authorization_passthrough is on",
        "{'anthropic_config': {'api_key_ref': 'KEY', 'authorization_passthrough': true}} | anthropic_config.api_key_ref: must be empty when authorization_passthrough is on",
        "{'google_config': {'api_key_ref': 'NOPE'}} | google_config.api_key_ref: secret \"NOPE\" not found",
        "{'bedrock_config': {'region': 'us-east-1'}, 'guardrail': 'pii'} | guardrail: guardrail \"pii\" not found",
        "{'bedrock_config': {'region': 'us-east-1', 'assume_role': {'role_arn': 'arn:aws:iam::123456789012:role/x'}, 'static_credentials': {'access_key_id_ref': 'KEY', 'secret_access_key_ref': 'KEY'}}} | bedrock_config.assume_role: excludes static_credentials: give one of them, or none for the default chain",
        "{'bedrock_config': {'region': 'us-east-1', 'static_credentials': {'access_key_id_ref': 'A', 'secret_access_key_ref': 'B'}}} | bedrock_config.static_credentials.access_key_id_ref: secret \"A\" not found; bedrock_config.static_credentials.secret_access_key_ref: secret \"B\" not found",
      })
  void rulesAcrossFieldsAreToldAtTheField(String config, String detail) {
    JsonObject body = json("{'name': 'team-b', 'display_name': 'Team B'}").mergeIn(json(config));
    HttpResponse<String> answer = api.send("POST", "/v1/llm-providers", body.encode());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(new JsonObject(answer.body()).getString("detail")).isEqualTo(detail);
  }

  @Test
  void aMaskReachesIntoTheCredentialsOfBedrock() {
    api.send(
        "POST",
        "/v1/llm-providers",
        """
        {"name": "aws", "display_name": "AWS", "bedrock_config": {"region": "us-east-1",
         "assume_role": {"role_arn": "arn:aws:iam::123456789012:role/x", "session_name": "first"}}}
        """);
    var answer =
        api.send(
            "PATCH",
            "/v1/llm-providers/aws?update_mask=bedrock_config.assume_role.session_name",
            "{\"bedrock_config\": {\"assume_role\": {\"session_name\": \"second\"}}}");
    assertThat(new JsonObject(answer.body()).getJsonObject("bedrock_config"))
        .isEqualTo(
            new JsonObject()
                .put("region", "us-east-1")
                .put(
                    "assume_role",
                    new JsonObject()
                        .put("role_arn", "arn:aws:iam::123456789012:role/x")
                        .put("session_name", "second")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {}",
        "yes | {'description': null, 'enabled': null, 'state': 'DELETING', 'etag': 1}",
        "no  | {'surprise': null}",
        "no  | {'name': 'No'}",
        "no  | {'display_name': ''}",
        "no  | {'enabled': 'no'}",
        "no  | {'bedrock_config': null}",
        "no  | {'bedrock_config': {}}",
        "no  | {'bedrock_config': {'region': 'x', 'guardrail_identifier': 'gr1', 'guardrail_version': '1'}}",
        "no  | {'bedrock_config': {'region': 'us-east-1', 'guardrail_identifier': 'Gr 1', 'guardrail_version': '1'}}",
        "no  | {'bedrock_config': {'region': 'us-east-1', 'guardrail_identifier': 'gr1', 'guardrail_version': '0'}}",
        "no  | {'bedrock_config': {'region': 'us-east-1', 'guardrail_identifier': 'gr1', 'guardrail_version': 1}}",
        "yes | {'bedrock_config': {'region': 'us-east-1', 'guardrail_identifier': 'arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1', 'guardrail_version': 'DRAFT'}}",
      })
  void guardrails(String taken, String fields) {
    new Agreement(api, "createGuardrail", 201, "POST", "/v1/guardrails")
        .on(
            taken,
            "{'name': 'pii', 'display_name': 'PII', 'bedrock_config':"
                + " {'region': 'us-east-1', 'guardrail_identifier': 'gr1', 'guardrail_version': '1'}}",
            fields);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | 0",
        "yes | '0'",
        "yes | null",
        "yes | 1.0",
        "yes | 1e3",
        "yes | 1000000000000",
        "yes | '1000000000000'",
        "yes | '0000000000000000007'",
        "no  | 1000000000001",
        "no  | '1000000000001'",
        "no  | '00000000000000000007'",
        "no  | -1",
        "no  | '-1'",
        "no  | 1.5",
        "no  | '1.5'",
        "no  | ''",
        "no  | true",
        "no  | 99999999999999999999",
      })
  void rates(String taken, String rate) {
    JsonObject body =
        json(
            "{'provider_models': [{'name': 'a', 'custom_pricing': {'input_per_million': RATE}}]}"
                .replace("RATE", rate));
    CHANGED_PROVIDER.on(taken, body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {}",
        "yes | {'name': 'team-a', 'type': 'LLM_PROVIDER_TYPE_OPENAI', 'uid': 'x', 'etag': null}",
        "yes | {'description': null, 'enabled': null, 'models': null, 'transcripts': null}",
        "no  | {'display_name': null}",
        "no  | {'surprise': 1}",
        "no  | {'surprise': null}",
        "no  | {'enabled': 1}",
        "no  | {'models': [1]}",
      })
  void patches(String taken, String body) {
    CHANGED_PROVIDER.on(taken, json(body));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {'id': 'NEW', 'secret_data': 'YQ=='}",
        "yes | {'id': 'NEW', 'secret_data': 'YQ', 'labels': null}",
        "yes | {'id': 'NEW', 'secret_data': 'YWI', 'labels': {'team': ''}, 'used_by': ['x']}",
        "no  | {'id': 'NEW', 'secret_data': ''}",
        "no  | {'id': 'NEW', 'secret_data': null}",
        "no  | {'id': 'NEW', 'secret_data': 'Y'}",
        "no  | {'id': 'NEW', 'secret_data': 'YQ='}",
        "no  | {'id': 'NEW', 'secret_data': 'YQ-_'}",
        "no  | {'id': 'new', 'secret_data': 'YQ=='}",
        "no  | {'secret_data': 'YQ=='}",
        "no  | {'id': 'NEW', 'secret_data': 'YQ==', 'labels': {'team': 1}}",
        "no  | {'id': 'NEW', 'secret_data': 'YQ==', 'labels': {'team': 'a\\u0000'}}",
        "no  | {'id': 'NEW', 'secret_data': 'YQ==', 'labels': ['a']}",
        "no  | {'id': 'NEW', 'secret_data': 'YQ==', 'value': 'a'}",
      })
  void secrets(String taken, String body) {
    new Agreement(api, "createSecret", 201, "POST", "/v1/secrets").on(taken, json(body));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "yes | {}",
        "yes | {'id': 'KEY', 'secret_data': null, 'labels': null, 'created_at': 1}",
        "no  | {'secret_data': ''}",
        "no  | {'id': 7}",
        "no  | {'surprise': null}",
      })
  void replacements(String taken, String body) {
    new Agreement(api, "replaceSecret", 200, "PUT", "/v1/secrets/KEY").on(taken, json(body));
  }

  @Test
  void nullClearsWhatAPatchNames() {
    var answer = api.send("PATCH", PROVIDER, "{\"provider_models\": null, \"description\": null}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var provider = new JsonObject(answer.body());
    assertThat(provider.getJsonArray("provider_models")).isEqualTo(new JsonArray());
    assertThat(provider.getJsonArray("models")).isEqualTo(new JsonArray());
    assertThat(provider.getString("description")).isEmpty();
  }

  @Test
  void replacingASecretKeepsAValueThatIsAbsentAndNoLabels() {
    api.send("PUT", "/v1/secrets/KEY", "{\"labels\": {\"team\": \"a\"}}");
    var answer = api.send("PUT", "/v1/secrets/KEY", "{\"secret_data\": \"eHl6\"}");
    assertThat(new JsonObject(answer.body()).getJsonObject("labels")).isEqualTo(new JsonObject());
  }

  @Test
  void everyViolationIsNamedAtOnce() {
    var answer =
        api.send(
            "POST",
            "/v1/secrets",
            "{\"id\": \"x\", \"secret_data\": \"\", \"labels\": {\"a\": 1}, \"surprise\": 1}");
    assertThat(new JsonObject(answer.body()).getJsonArray("errors").stream())
        .extracting(error -> ((JsonObject) error).getString("field"))
        .containsExactlyInAnyOrder("id", "secret_data", "labels.a", "surprise");
  }
}
