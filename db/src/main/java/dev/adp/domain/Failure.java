package dev.adp.domain;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every way in which a request can be refused. Texts are for people and safe to show to them. */
public abstract sealed class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private Failure(String message) {
    this(message, null);
  }

  private Failure(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }

  /** The message; never null, unlike that of exceptions at large. */
  public String text() {
    return String.valueOf(getMessage());
  }

  /** Fields that break a rule, all of them at once. */
  public static final class Invalid extends Failure {
    private static final long serialVersionUID = 1L;
    private final transient List<Violation> violations;

    public Invalid(List<Violation> violations) {
      super(
          violations.stream()
              .map(
                  violation ->
                      violation.field().isEmpty() // The whole body.
                          ? violation.message()
                          : violation.field() + ": " + violation.message())
              .collect(Collectors.joining("; ")));
      this.violations = List.copyOf(violations);
    }

    public Invalid(String field, String message) {
      this(List.of(new Violation(field, message)));
    }

    public List<Violation> violations() {
      return violations;
    }
  }

  /** Nobody is signed in, or the credential is wrong or expired. */
  public static final class Unauthenticated extends Failure {
    private static final long serialVersionUID = 1L;
    private final String of;

    public Unauthenticated(String message) {
      this(message, "");
    }

    /**
     * @param of path of what somebody wanted to be, if it is there; it is for the audit log, and
     *     never told to him
     */
    public Unauthenticated(String message, String of) {
      super(message);
      this.of = of;
    }

    public String of() {
      return of;
    }
  }

  /** The actor lacks a permission, which the text names, or asks in a way that nobody may. */
  public static final class Forbidden extends Failure {
    private static final long serialVersionUID = 1L;
    private final transient Optional<Permission> permission;

    public Forbidden(Permission lacked) {
      this(lacked, "");
    }

    /**
     * @param of what it is lacked of, to end the sentence with
     */
    public Forbidden(Permission lacked, String of) {
      super("lacks permission " + lacked.wireName() + of);
      this.permission = Optional.of(lacked);
    }

    public Forbidden(String message) {
      super(message);
      this.permission = Optional.empty();
    }

    /** What the actor lacks. */
    public Optional<Permission> permission() {
      return permission;
    }
  }

  /** The thing does not exist. */
  public static final class NotFound extends Failure {
    private static final long serialVersionUID = 1L;

    public NotFound(String kind, String name) {
      super("%s \"%s\" not found".formatted(kind, name));
    }
  }

  /** The name is taken. */
  public static final class AlreadyExists extends Failure {
    private static final long serialVersionUID = 1L;

    public AlreadyExists(String kind, String name) {
      super("%s \"%s\" already exists".formatted(kind, name));
    }
  }

  /** The state of the thing, or of what refers to it, forbids the change. */
  public static final class Conflict extends Failure {
    private static final long serialVersionUID = 1L;

    public Conflict(String message) {
      super(message);
    }
  }

  /** The provider takes no calls until it is enabled again. */
  public static final class Disabled extends Failure {
    private static final long serialVersionUID = 1L;

    public Disabled(String provider) {
      super("LLM provider \"%s\" is disabled".formatted(provider));
    }
  }

  /** Someone else has changed the thing since it was read. */
  public static final class PreconditionFailed extends Failure {
    private static final long serialVersionUID = 1L;

    public PreconditionFailed(String message) {
      super(message);
    }
  }

  /** What is needed to answer is away; the same request can be tried again later. */
  public static final class Unavailable extends Failure {
    private static final long serialVersionUID = 1L;

    /** How long to wait before the next try. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /**
     * @param what is away, as a sentence
     * @param cause for the log alone
     */
    public Unavailable(String what, Throwable cause) {
      super(what, cause);
    }
  }

  /** The same was tried too often; the text says when to try again. */
  public static final class TooManyRequests extends Failure {
    private static final long serialVersionUID = 1L;
    private final transient Duration retryAfter;

    /**
     * @param what was tried too often, as a sentence
     * @param retryAfter how long to wait, in whole seconds
     */
    public TooManyRequests(String what, Duration retryAfter) {
      super("%s Try again in %s.".formatted(what, inWords(retryAfter)));
      this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
      return retryAfter;
    }

    private static String inWords(Duration wait) {
      long seconds = wait.toSeconds();
      if (seconds > 90) {
        return "%d minutes".formatted((seconds + 59) / 60);
      }
      return seconds == 1 ? "1 second" : "%d seconds".formatted(seconds);
    }
  }
}
