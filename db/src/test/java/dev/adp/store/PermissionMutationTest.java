package dev.adp.store;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Takes each single demand for a permission out of the store, one at a time, and runs the rows of
 * the sweep that it refuses: one of them must fail. Otherwise a demand could be deleted by mistake
 * and no test would turn red.
 */
class PermissionMutationTest {
  /** The sweep over a store whose demands can be dropped. */
  public interface Sweep extends AutoCloseable {
    int rows();

    String name(int row);

    /** Whether the row's actor is refused as the row says. */
    boolean passes(int row);

    @Override
    void close();
  }

  @Test
  void noDemandCanBeTakenAwayUnnoticed() throws Exception {
    var loader = new DemandRewriter();
    List<DemandRewriter.Site> sites = loader.sites();
    assertThat(sites).as("demands found").hasSizeGreaterThan(60);
    Class<?> type = loader.loadClass(RewrittenSweep.class.getName());
    try (Sweep sweep = (Sweep) type.getDeclaredConstructor().newInstance()) {
      Map<Integer, List<Integer>> rows = rowsByWhatRefusesThem(sweep);
      List<DemandRewriter.Site> unnoticed =
          IntStream.range(0, sites.size())
              .filter(
                  demand ->
                      rows.getOrDefault(demand, List.of()).stream()
                          .noneMatch(row -> failsWithout(demand, sweep, row)))
              .mapToObj(sites::get)
              .toList();
      assertThat(unnoticed).as("demands that no row of the sweep would miss").isEmpty();
    }
  }

  /** A row can only miss the demand that refuses its actor. */
  private static Map<Integer, List<Integer>> rowsByWhatRefusesThem(Sweep sweep) {
    return IntStream.range(0, sweep.rows())
        .boxed()
        .collect(
            groupingBy(
                row ->
                    Demands.lastMetBy(
                        () -> assertThat(sweep.passes(row)).as(sweep.name(row)).isTrue())));
  }

  private static boolean failsWithout(int demand, Sweep sweep, int row) {
    var passed = new boolean[1];
    Demands.without(demand, () -> passed[0] = sweep.passes(row));
    return !passed[0];
  }
}
