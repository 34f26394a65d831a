using System.Globalization;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace LifeCircle.Operators.Evaluation.Facts;

/// <summary>
/// The verb <c>recalculate-evaluation</c>: makes what scorecards are counted from anew from the facts that were kept, for rows that are wrong
/// and for rules that have changed. The service may run meanwhile. It can be stopped at any moment, and run again or from where it was.
/// </summary>
internal static class RecalculateEvaluation
{
    /// <summary>Advisory lock: the consumer shares it until its transaction ends; this verb has it alone for a portion of the orders.</summary>
    internal const long Lock = 4_106_030_507;

    private const int Portion = 200;
    private const int Told = 10_000; // orders from one line of progress to the next

    public static Verb Verb { get; } = new("recalculate-evaluation",
        "[--after <order id>]  makes the evaluation anew from the facts that were kept, and tells what that changed", RunAsync);

    /// <returns>The exit code: 0 done, 1 done but for facts that were refused, 2 wrong command line.</returns>
    private static async Task<int> RunAsync(IServiceProvider services, string[] args, CancellationToken stopping)
    {
        var after = Guid.Empty;
        if (args is not [] && !(args is ["--after", var order] && Guid.TryParse(order, out after)))
        {
            await Console.Error.WriteLineAsync("recalculate-evaluation knows --after <order id> only.");
            return 2;
        }
        var db = services.GetRequiredService<OperatorsDbContext>();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        var total = new Summary();
        while (await PortionAsync(db, after, total, stopping) is { } last)
        {
            if (total.Orders / Told > (total.Orders - Portion) / Told) Write($"{total.Orders:N0} orders so far, the last is {last}");
            after = last;
        }
        var without = await db.Set<EvaluatedOffer>()
            .CountAsync(row => !db.Set<EvaluationFact>().Any(fact => fact.OrderId == row.OrderId), stopping);
        Write($"{total.Orders:N0} orders, {total.Facts:N0} facts");
        Write($"offers: {total.NewOffers:N0} were missing, {total.ChangedOffers:N0} were wrong, {total.RightOffers:N0} were right");
        Write($"complaints: {total.NewComplaints:N0} were missing, {total.ChangedComplaints:N0} were wrong, {total.RightComplaints:N0} were right");
        if (total.Later + without > 0)
            Write($"{total.Later + without:N0} rows rest on facts that came before any were kept; of these nothing is known, and they stay as they are");
        return total.Refused == 0 ? 0 : 1;
    }

    /// <summary>Makes the next orders anew, all that belongs to one in one transaction. Returns the last; null when there are no more.</summary>
    private static async Task<Guid?> PortionAsync(OperatorsDbContext db, Guid after, Summary total, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({Lock})", cancel);
        var orders = await db.Set<EvaluationFact>().Where(fact => fact.OrderId > after)
            .Select(fact => fact.OrderId).Distinct().OrderBy(id => id).Take(Portion).ToListAsync(cancel);
        if (orders.Count == 0) return null;
        var facts = await db.Set<EvaluationFact>().AsNoTracking().Where(fact => orders.Contains(fact.OrderId))
            .OrderBy(fact => fact.OrderId).ThenBy(fact => fact.Version).ThenBy(fact => fact.EventType).ToListAsync(cancel);
        var folded = FoldedFacts.Of(facts);
        await CorrectOffersAsync(db, folded, total, cancel);
        await CorrectComplaintsAsync(db, folded, total, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        db.ChangeTracker.Clear();
        foreach (var refusal in folded.Refused) await Console.Error.WriteLineAsync($"left out: {refusal}");
        (total.Orders, total.Facts, total.Refused) = (total.Orders + orders.Count, total.Facts + facts.Count, total.Refused + folded.Refused.Count);
        return orders[^1];
    }

    // FOR UPDATE keeps out a replica of a version that does not know the lock; what that one noted, and kept no fact of, has a later version.
    private static async Task CorrectOffersAsync(OperatorsDbContext db, FoldedFacts folded, Summary total, CancellationToken cancel)
    {
        Guid[] ids = [.. folded.Offers.Keys];
        var found = await db.Set<EvaluatedOffer>()
            .FromSql($"SELECT * FROM evaluated_offer WHERE offer_id = ANY ({ids}) ORDER BY offer_id FOR UPDATE").ToDictionaryAsync(row => row.OfferId, cancel);
        foreach (var right in folded.Offers.Values)
        {
            if (!found.TryGetValue(right.OfferId, out var row))
            {
                db.Add(right);
                total.NewOffers++;
                continue;
            }
            if (right.KeepLater(row)) total.Later++;
            if (Correct(db, row, right)) total.ChangedOffers++; else total.RightOffers++;
        }
    }

    private static async Task CorrectComplaintsAsync(OperatorsDbContext db, FoldedFacts folded, Summary total, CancellationToken cancel)
    {
        Guid[] ids = [.. folded.Complaints.Keys];
        var found = await db.Set<EvaluatedComplaint>()
            .FromSql($"SELECT * FROM evaluated_complaint WHERE complaint_id = ANY ({ids}) ORDER BY complaint_id FOR UPDATE")
            .ToDictionaryAsync(row => row.ComplaintId, cancel);
        foreach (var right in folded.Complaints.Values)
        {
            if (!found.TryGetValue(right.ComplaintId, out var row))
            {
                db.Add(right);
                total.NewComplaints++;
            }
            else if (row.Version > right.Version) total.Later++;
            else if (Correct(db, row, right)) total.ChangedComplaints++;
            else total.RightComplaints++;
        }
    }

    private static bool Correct<T>(OperatorsDbContext db, T row, T right) where T : class
    {
        var entry = db.Entry(row);
        entry.CurrentValues.SetValues(right);
        return entry.State is EntityState.Modified;
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class Summary
    {
        public long Orders, Facts, NewOffers, ChangedOffers, RightOffers, NewComplaints, ChangedComplaints, RightComplaints, Later;
        public int Refused;
    }
}
