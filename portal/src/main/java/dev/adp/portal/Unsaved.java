package dev.adp.portal;

import dev.adp.domain.Failure;
import dev.adp.domain.Violation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Why a form was not saved; the same page comes back with it.
 *
 * @param status of that page
 * @param problems at the fields
 * @param note what concerns no field, or empty
 */
public record Unsaved(int status, List<Problem> problems, String note) {
  /** A form that nobody has sent yet. */
  static final Unsaved NOT_SENT = new Unsaved(200, List.of(), "");

  /**
   * Saves what a form says, and goes on with what was saved or with why it was not.
   *
   * @param labels of the fields, by their names in the API
   */
  static <R> void attempt(
      Map<String, String> labels, Supplier<R> save, Consumer<R> then, Consumer<Unsaved> otherwise) {
    Result<R> result = result(labels, save);
    result.saved().ifPresent(then);
    result.unsaved().ifPresent(otherwise);
  }

  private record Result<R>(Optional<R> saved, Optional<Unsaved> unsaved) {
    static <R> Result<R> not(int status, List<Problem> problems, String note) {
      return new Result<>(Optional.empty(), Optional.of(new Unsaved(status, problems, note)));
    }
  }

  private static <R> Result<R> result(Map<String, String> labels, Supplier<R> save) {
    try {
      return new Result<>(Optional.of(save.get()), Optional.empty());
    } catch (Failure.Invalid invalid) {
      return Result.not(422, problems(invalid.violations(), labels), "");
    } catch (Failure.AlreadyExists taken) {
      String field = taken.text().startsWith("user with e-mail") ? "email" : "name";
      var wrong = List.of(new Violation(field, taken.text()));
      return Result.not(422, problems(wrong, labels), "");
    } catch (Failure.PreconditionFailed _) {
      return Result.not(
          412,
          List.of(),
          "Someone else has saved this since you opened the page. Your changes are below and not"
              + " saved; save again to replace what is stored.");
    } catch (Failure.Conflict conflict) {
      return Result.not(409, List.of(), sentence(conflict.text()));
    }
  }

  private static List<Problem> problems(List<Violation> violations, Map<String, String> labels) {
    return violations.stream()
        .map(
            violation -> {
              String id = violation.field().substring(violation.field().lastIndexOf('.') + 1);
              return new Problem(id, labels.getOrDefault(id, id), violation.message());
            })
        .toList();
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  public Map<String, String> errors() {
    return Problem.byId(problems);
  }
}
