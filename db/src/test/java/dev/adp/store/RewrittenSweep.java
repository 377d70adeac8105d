package dev.adp.store;

import java.util.List;

/** The sweep over the store's permissions, for whoever comes from another class loader. */
public final class RewrittenSweep implements PermissionMutationTest.Sweep {
  private final PermissionSweepTest test = new PermissionSweepTest();
  private final List<PermissionSweepTest.Row> rows;

  /** Called by the other loader. */
  public RewrittenSweep() throws Exception {
    PermissionSweepTest.store.start();
    rows = PermissionSweepTest.policy();
  }

  @Override
  public int rows() {
    return rows.size();
  }

  @Override
  public String name(int row) {
    return rows.get(row).toString();
  }

  @Override
  public boolean passes(int row) {
    try {
      PermissionSweepTest.store.empty();
      test.refusesWhoLacksThePermissionAndNamesIt(rows.get(row));
      return true;
    } catch (AssertionError _) {
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    PermissionSweepTest.store.stop();
  }
}
