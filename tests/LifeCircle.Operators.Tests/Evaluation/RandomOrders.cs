using CsCheck;
using LifeCircle.Contracts;

namespace LifeCircle.Operators.Tests.Evaluation;

/// <summary>Orders with every turn that they can take, of a few operators in a few streets and months.</summary>
internal static class RandomOrders
{
    public static readonly string[] Months = ["2026-01", "2026-02"];
    public static readonly string[] Kinds = ["bathing", "meals"];
    public static readonly string[] Streets = ["410603001", "410603002", "410603100"];

    private static readonly string?[] Vouchers = ["resident", "family", "check_in", "resident", "community_worker", null, "operator"];
    private static readonly string[] Doers = ["operator", "operator_no_show", "resident", "resident_absent", "district"];

    /// <summary>The facts of many orders, in the order in which Care tells of them.</summary>
    public static Gen<IIntegrationEvent[]> Of(Guid[] operators) =>
        One(operators).Array[150, 350].Select(orders => orders.SelectMany(facts => facts).ToArray());

    private static Gen<List<IIntegrationEvent>> One(Guid[] operators) => Gen.Select(
        Gen.OneOfConst(operators), Gen.OneOfConst(operators), Gen.OneOfConst(Months), Gen.OneOfConst(Kinds), Gen.OneOfConst(Streets),
        Gen.Int[1, 28], Gen.Int[0, 99].Array[9]).Select((who, next, month, kind, street, day, dice) =>
        {
            // Around noon, or at the end of a day of the district that is another one in London.
            var from = EvaluationApp.In(month, day).AddHours(dice[0] % 3 * 6).AddMonths(dice[0] < 5 ? 1 : 0);
            var order = new CareOrder(who, from, kind, street + (dice[0] % 2 == 0 ? "004" : ""));
            Serve(order, dice);
            if (dice[8] < 15) Serve(order.To(next), [.. dice.Reverse()]);
            return order.Facts;
        });

    private static void Serve(CareOrder order, int[] dice)
    {
        if (dice[1] < 85) order.Offered();
        if (dice[2] < 10) order.Declined();
        else if (dice[2] < 20) order.Expired();
        else if (dice[2] < 97) order.Accepted();
        if (dice[2] is >= 20 and < 25) order.Accepted(movedByDays: 9);
        if (dice[3] < 90) order.Started(dice[3] * 1.5 - 40, backFilled: dice[3] % 9 == 0);
        if (dice[3] is > 60 and < 70) order.Started(dice[4] - 20);
        for (var turn = 0; turn < 1 + dice[5] / 75; turn++)
            switch (dice[4 + turn] % 10)
            {
                case < 7: order.Confirmed(dice[6 + turn] < 60 ? 1 + dice[6] % 5 : null, Vouchers[dice[7] % 7]); break;
                case < 9: order.Cancelled(Doers[dice[6] % 5]); break;
                default: order.Refuted(); break;
            }
        if (dice[7] >= 12) return;
        var id = Guid.CreateVersion7();
        order.Complaint(dice[7] < 10, id).Complaint(dice[7] % 2 == 0, id);
        if (dice[7] < 4) order.Complaint();
    }
}
