package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.AwsRegion;
import dev.adp.gateway.SigV4Verifier.Header;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class AwsSignerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2015-08-30T12:36:00Z"), ZoneOffset.UTC);
  private static final AwsRegion REGION = new AwsRegion("us-east-1");

  /** The keys of AWS's own examples. */
  private static final AwsKeys EXAMPLE =
      new AwsKeys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Optional.empty());

  /** Signatures that AWS published with its test suite for version 4. */
  @ParameterizedTest
  @CsvSource({
    "GET, /, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "POST, /, 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    "GET, /?Param1=value1&Param2=value2, b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    "GET, /?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz, 9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
  })
  void signaturesAreThoseOfThePublishedVectors(String method, String uri, String signature) {
    RequestOptions call = call(method, "example.amazonaws.com", uri);
    new AwsSigner("service", CLOCK).sign(call, BodyHash.OF_NOTHING, EXAMPLE, REGION);
    assertThat(call.getHeaders().get("authorization"))
        .isEqualTo(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders=host;x-amz-date, Signature="
                + signature);
  }

  /** The example that AWS's documentation works out step by step. */
  @Test
  void theExampleOfTheDocumentationComesOut() {
    RequestOptions call =
        call("GET", "iam.amazonaws.com", "/?Action=ListUsers&Version=2010-05-08")
            .putHeader("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    new AwsSigner("iam", CLOCK).sign(call, BodyHash.OF_NOTHING, EXAMPLE, REGION);
    assertThat(call.getHeaders().get("authorization"))
        .isEqualTo(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
                + " SignedHeaders=content-type;host;x-amz-date,"
                + " Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/model/amazon.nova-pro-v1%3A0/converse",
        "/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke-with-response-stream",
        "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-sonnet-4-6/invoke",
        "/model/a%2520b%C3%A4~_-./invoke",
        "/openai/v1/chat/completions",
        "/async-invoke?maxResults=10&statusEquals=In%20Progress",
        "/async-invoke?a=&a=%2B&b=%25",
        "/",
      })
  void anIndependentVerifierAcceptsTheSignerAsItAcceptsTheSdk(String uri)
      throws GeneralSecurityException {
    byte[] body = "{\"prompt\":\"h\u00e9llo\"}".getBytes(StandardCharsets.UTF_8);
    AwsKeys lent = new AwsKeys("ASIAEXAMPLE", "secret+/key", Optional.of("token/+=="));
    for (AwsKeys keys : List.of(EXAMPLE, lent)) {
      RequestOptions call = bedrock(uri).setPort(8443);
      new AwsSigner("bedrock", CLOCK)
          .sign(call, new BodyHash().accept(Buffer.buffer(body)).hex(), keys, REGION);
      assertThat(fault(call, body, keys)).isEmpty();
      assertThat(call.getHeaders().get("host"))
          .isEqualTo("bedrock-runtime.us-east-1.amazonaws.com:8443");
      assertThat(fault(bySdk(call, body, keys), body, keys)).isEmpty();
    }
  }

  /** A client that signs for AWS itself must not be able to add to what we sign. */
  @Test
  void whatTheClientHasSignedWithIsDropped() throws GeneralSecurityException {
    RequestOptions call =
        bedrock("/model/m/invoke")
            .putHeader("Authorization", "AWS4-HMAC-SHA256 Credential=theirs")
            .putHeader("X-Amz-Date", "20200101T000000Z")
            .putHeader("X-Amz-Security-Token", "theirs")
            .putHeader("X-Amz-Content-Sha256", "theirs");
    new AwsSigner("bedrock", CLOCK).sign(call, BodyHash.OF_NOTHING, EXAMPLE, REGION);
    assertThat(call.getHeaders().toString()).doesNotContain("theirs").doesNotContain("20200101");
    assertThat(fault(call, new byte[0], EXAMPLE)).isEmpty();
  }

  /** Else what is sent would not be what is signed, or would be signed twice. */
  @ParameterizedTest
  @CsvSource({
    "//base//model/a:0/invoke/, /base/model/a%3A0/invoke",
    "/model/a%3a0/invoke?b=2&a=1, /model/a%3A0/invoke?a=1&b=2",
    "/x?X-Amz-Signature=theirs&x%2Damz-date=theirs&X-AMZ-Credential=theirs, /x",
    "/x?X-Amz-Expires=60&a=+, /x?a=%2B",
  })
  void whatIsSentIsSpelledAsItIsSigned(String uri, String sent) throws GeneralSecurityException {
    RequestOptions call = bedrock(uri);
    new AwsSigner("bedrock", CLOCK).sign(call, BodyHash.OF_NOTHING, EXAMPLE, REGION);
    assertThat(call.getURI()).isEqualTo(sent);
    assertThat(fault(call, new byte[0], EXAMPLE)).isEmpty();
  }

  @Test
  void headersThatAProxyMayTouchAreNotSignedAndThoseOfAwsAre() {
    RequestOptions call =
        bedrock("/model/m/invoke")
            .putHeader("User-Agent", "x")
            .putHeader("X-Amzn-Trace-Id", "Root=1")
            .putHeader("Accept", "*/*")
            .putHeader("X-Amzn-Bedrock-GuardrailIdentifier", "gr1")
            .putHeader("X-Amzn-Bedrock-GuardrailVersion", "  1   2 ");
    new AwsSigner("bedrock", CLOCK).sign(call, BodyHash.OF_NOTHING, EXAMPLE, REGION);
    assertThat(call.getHeaders().get("authorization"))
        .contains(
            "SignedHeaders=content-type;host;x-amz-date;x-amzn-bedrock-guardrailidentifier;x-amzn-bedrock-guardrailversion,");
  }

  /** The verifier must be able to say no, or its yes means nothing. */
  @Test
  void theVerifierFindsEveryChange() throws GeneralSecurityException {
    byte[] body = {1, 2, 3};
    RequestOptions call = bedrock("/model/m/invoke");
    new AwsSigner("bedrock", CLOCK)
        .sign(call, new BodyHash().accept(Buffer.buffer(body)).hex(), EXAMPLE, REGION);
    assertThat(fault(call, new byte[] {1, 2, 4}, EXAMPLE)).isNotEmpty();
    assertThat(fault(new RequestOptions(call).setURI("/model/n/invoke"), body, EXAMPLE))
        .isNotEmpty();
    assertThat(fault(new RequestOptions(call).setURI("/model/m/invoke?x="), body, EXAMPLE))
        .isNotEmpty();
    assertThat(fault(new RequestOptions(call).putHeader("content-type", "text/x"), body, EXAMPLE))
        .isNotEmpty();
    assertThat(fault(new RequestOptions(call).putHeader("x-amz-more", "1"), body, EXAMPLE))
        .isNotEmpty();
    var others = new AwsKeys("AKIDEXAMPLE", "another", Optional.empty());
    assertThat(fault(call, body, others)).isNotEmpty();
  }

  @Test
  void keysAreNotShown() {
    assertThat(EXAMPLE.toString()).doesNotContain("EXAMPLEKEY");
  }

  private static RequestOptions call(String method, String host, String uri) {
    return new RequestOptions()
        .setMethod(HttpMethod.valueOf(method))
        .setHost(host)
        .setPort(443)
        .setSsl(true)
        .setURI(uri)
        .setHeaders(HttpHeaders.headers());
  }

  private static RequestOptions bedrock(String uri) {
    return call("POST", "bedrock-runtime.us-east-1.amazonaws.com", uri)
        .putHeader("Content-Type", "application/json");
  }

  private static String fault(RequestOptions call, byte[] body, AwsKeys keys)
      throws GeneralSecurityException {
    List<Header> headers = new ArrayList<>();
    call.getHeaders()
        .forEach(header -> headers.add(new Header(header.getKey(), header.getValue())));
    return SigV4Verifier.fault(
        call.getMethod().name(), call.getURI(), headers, body, keys.secretAccessKey());
  }

  /** The same call as the signer of AWS's SDK signs it. */
  private static RequestOptions bySdk(RequestOptions call, byte[] body, AwsKeys keys) {
    AwsCredentialsIdentity identity =
        keys.sessionToken().isPresent()
            ? AwsSessionCredentialsIdentity.create(
                keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken().get())
            : AwsCredentialsIdentity.create(keys.accessKeyId(), keys.secretAccessKey());
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(call.getMethod().name()))
            .uri(URI.create("https://" + call.getHost() + ":" + call.getPort() + call.getURI()))
            .putHeader("Content-Type", call.getHeaders().get("content-type"))
            .build();
    RequestOptions signed = new RequestOptions(call).setHeaders(HttpHeaders.headers());
    AwsV4HttpSigner.create()
        .sign(
            signing ->
                signing
                    .identity(identity)
                    .request(request)
                    .payload(() -> new ByteArrayInputStream(body))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, REGION.value())
                    .putProperty(HttpSigner.SIGNING_CLOCK, CLOCK))
        .request()
        .forEachHeader((name, values) -> signed.getHeaders().add(name, values));
    return signed;
  }
}
