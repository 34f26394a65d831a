using LifeCircle.Contracts;
using LifeCircle.Contracts.Care;

namespace LifeCircle.Operators.Tests.Evaluation;

/// <summary>A card as somebody would work it out with paper and pencil from what Care told.</summary>
internal sealed record NaiveCard(
    string Month, string Kind, string? Acceptance, string? Punctuality, string? Completion, string? NoShows, string? Complaints, int Verified,
    bool HasRating, double Mean, double Shrunk, double? Score, double? CompletionBound, double? ComplaintsBound);

/// <summary>Works cards out without SQL and without the service's formulae.</summary>
internal sealed class NaiveCards(int minimumSample, int minimumRatings, int toleranceMinutes, int priorWeight)
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private static readonly string[] Vouchers = ["resident", "family", "community_worker", "check_in"];

    private readonly Dictionary<Guid, Offer> _offers = [];

    public NaiveCards Read(IEnumerable<IIntegrationEvent> facts)
    {
        foreach (var fact in facts.OrderBy(fact => fact.AggregateVersion))
            switch (fact)
            {
                case CareOrderOffered it: Of(it.OfferId, it.OperatorId, it.Kind, it.DivisionCode).OfferedAt = it.At; break;
                case CareOrderDeclined it: Of(it.OfferId, it.OperatorId, it.Kind, it.DivisionCode).Answer = "no"; break;
                case CareOfferExpired it: Of(it.OfferId, it.OperatorId, it.Kind, it.DivisionCode).Answer = "no"; break;
                case CareOrderAccepted it:
                    var accepted = Of(it.OfferId, it.OperatorId, it.Kind, it.DivisionCode);
                    (accepted.Answer, accepted.From, accepted.Until) = ("yes", it.From, it.Until);
                    break;
                case CareVisitStarted it:
                    var started = Of(it.OfferId!.Value, it.OperatorId!.Value, it.Kind, it.DivisionCode);
                    started.CheckedIn = it.BackFilled ? null : it.At;
                    break;
                case CareOrderConfirmed it:
                    var confirmed = Of(it.OfferId!.Value, it.OperatorId!.Value, it.Kind, it.DivisionCode);
                    var good = Vouchers.Contains(it.VerifiedBy);
                    (confirmed.End, confirmed.Stars, confirmed.EndedAt) = (good ? "good" : "nothing", good ? it.Rating : null, it.At);
                    break;
                case CareOrderCancelled it:
                    var cancelled = Of(it.OfferId!.Value, it.OperatorId!.Value, it.Kind, it.DivisionCode);
                    (cancelled.End, cancelled.Stars) = (it.By == "operator" ? "bad" : it.By == "operator_no_show" ? "missed" : "nothing", null);
                    break;
                case CareVisitRefuted it:
                    var refuted = Of(it.OfferId!.Value, it.OperatorId!.Value, it.Kind, it.DivisionCode);
                    (refuted.End, refuted.Stars) = ("bad", null);
                    break;
                case CareComplaintDecided it:
                    Of(it.OfferId!.Value, it.OperatorId!.Value, it.Kind, it.DivisionCode).Complaints[it.ComplaintId] = it.Upheld;
                    break;
            }
        return this;
    }

    /// <summary>An operator's cards in a street, or in the district, the latest month first.</summary>
    public IEnumerable<NaiveCard> Of(Guid who, string? street)
    {
        var mine = _offers.Values.Where(offer => offer.Who == who && (street is null || offer.Division[..9] == street)).ToList();
        var months = mine.Where(offer => offer.IsAnswered).Select(offer => MonthOf(offer.OfferedAt!.Value))
            .Concat(mine.Where(offer => offer.IsCounted).Select(offer => MonthOf(offer.From))).Distinct().OrderDescending().ToList();
        foreach (var month in months)
            foreach (var kind in RandomOrders.Kinds)
                if (Card(who, street, month, kind, [.. mine.Where(offer => offer.Kind == kind)]) is { } card) yield return card;
    }

    private NaiveCard? Card(Guid who, string? street, string month, string kind, Offer[] mine)
    {
        var offers = mine.Where(offer => offer.IsAnswered && MonthOf(offer.OfferedAt!.Value) == month).ToList();
        var orders = mine.Where(offer => offer.IsCounted && MonthOf(offer.From) == month).ToList();
        if (offers.Count + orders.Count == 0) return null;
        var good = orders.Where(order => order.End == "good").ToList();
        var onTime = good.Count(order => order.CheckedIn is { } at
            && order.From.AddMinutes(-toleranceMinutes) <= at && at < order.Until.AddMinutes(toleranceMinutes));
        var complained = orders.Count(order => order.Complaints.ContainsValue(true));
        var missed = orders.Count(order => order.End == "missed");
        var accepted = offers.Count(offer => offer.Answer == "yes");

        var allRated = Rated(month, kind).ToList();
        var rated = allRated.Where(order => order.Who == who && (street is null || order.Division[..9] == street)).ToList();
        double? usual = allRated.Count > 0 ? allRated.Average(order => order.Stars!.Value) : null;
        var told = rated.Count > 0;
        var shrunk = told ? (usual!.Value * priorWeight + rated.Sum(order => order.Stars!.Value)) / (priorWeight + rated.Count) : 0;
        var stars = told ? shrunk : usual;

        List<(double Weight, double Value)> parts = [];
        if (offers.Count > 0) parts.Add((0.10, Lower(accepted, offers.Count)));
        if (orders.Count > 0) parts.Add((0.25, good.Count > 0 ? Lower(onTime, good.Count) : 0));
        if (orders.Count > 0) parts.Add((0.25, Lower(good.Count, orders.Count)));
        if (orders.Count > 0) parts.AddRange([(0.10, 1 - Upper(missed, orders.Count)), (0.10, 1 - Upper(complained, orders.Count))]);
        if (stars is { } number) parts.Add((0.20, (number - 1) / 4));
        return new NaiveCard(
            month, kind, Text(accepted, offers.Count), Text(onTime, good.Count), Text(good.Count, orders.Count), Text(missed, orders.Count),
            Text(complained, orders.Count), good.Count, told, told ? rated.Average(order => order.Stars!.Value) : 0, shrunk,
            orders.Count >= minimumSample ? parts.Sum(part => part.Weight * part.Value) / parts.Sum(part => part.Weight) : null,
            orders.Count > 0 ? Lower(good.Count, orders.Count) : null, orders.Count > 0 ? Upper(complained, orders.Count) : null);
    }

    // Of each operator in each street, the earliest ratings that fill their groups.
    private IEnumerable<Offer> Rated(string month, string kind) =>
        from offer in _offers.Values
        where offer.IsCounted && offer.Stars is not null && offer.Kind == kind && MonthOf(offer.From) == month
        group offer by (offer.Who, offer.Division[..9]) into alike
        from offer in alike.OrderBy(offer => offer.EndedAt).ThenBy(offer => offer.Id).Chunk(minimumRatings).Where(chunk => chunk.Length == minimumRatings)
            .SelectMany(chunk => chunk)
        select offer;

    // The least share of which it would be no surprise (of 1 in 40) to see so many: found by halving, not by the formula.
    private static double Lower(int count, int of)
    {
        var (low, high) = (0.0, (double)count / of);
        for (var i = 0; i < 100 && count > 0; i++)
        {
            var middle = (low + high) / 2;
            if ((double)count / of - middle > 1.959963984540054 * Math.Sqrt(middle * (1 - middle) / of)) low = middle; else high = middle;
        }
        return count == 0 ? 0 : high;
    }

    private static double Upper(int count, int of) => 1 - Lower(of - count, of);

    private static string? Text(int count, int of) => of == 0 ? null : $"{count}/{of}";

    private static string MonthOf(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone).ToString("yyyy-MM", null);

    private Offer Of(Guid id, Guid who, string kind, string division)
    {
        if (!_offers.TryGetValue(id, out var offer)) _offers[id] = offer = new Offer(id, who, kind, division);
        return offer;
    }

    private sealed class Offer(Guid id, Guid who, string kind, string division)
    {
        public Guid Id => id;

        public Guid Who => who;

        public string Kind => kind;

        public string Division => division;

        public DateTimeOffset? OfferedAt { get; set; }

        public string? Answer { get; set; }

        public DateTimeOffset From { get; set; }

        public DateTimeOffset Until { get; set; }

        public DateTimeOffset? CheckedIn { get; set; }

        public string End { get; set; } = "nothing";

        public int? Stars { get; set; }

        public DateTimeOffset EndedAt { get; set; }

        public Dictionary<Guid, bool> Complaints { get; } = [];

        public bool IsAnswered => OfferedAt is not null && Answer is not null;

        public bool IsCounted => Answer == "yes" && End != "nothing";
    }
}
