using LifeCircle.Contracts;
using LifeCircle.Contracts.Care;

namespace LifeCircle.Operators.Tests.Evaluation;

/// <summary>An order as Care tells of it, one offer after the other. The promised window is an hour.</summary>
internal sealed class CareOrder(Guid who, DateTimeOffset from, string kind = "meals", string division = "410603001003")
{
    private readonly Guid _id = Guid.CreateVersion7();
    private Guid _offer = Guid.CreateVersion7();
    private long _version = 1;

    public List<IIntegrationEvent> Facts { get; } = [];

    private DateTimeOffset Until => from.AddHours(1);

    public CareOrder Offered(DateTimeOffset? at = null) =>
        Add(version => new CareOrderOffered(_id, version, _offer, who, kind, division, from, Until, from.AddDays(-1), at ?? from.AddDays(-2)));

    public CareOrder Accepted(int movedByDays = 0) => Add(version => new CareOrderAccepted(
        _id, version, _offer, who, kind, division, from.AddDays(movedByDays), Until.AddDays(movedByDays), from.AddDays(-2)));

    public CareOrder Declined() => Add(version => new CareOrderDeclined(_id, version, _offer, who, kind, division, from.AddDays(-2)));

    public CareOrder Expired() => Add(version => new CareOfferExpired(_id, version, _offer, who, kind, division, from.AddDays(-1)));

    public CareOrder Started(double minutes = 10, bool backFilled = false) =>
        Add(version => new CareVisitStarted(_id, version, _offer, who, kind, division, backFilled, from.AddMinutes(minutes)));

    public CareOrder Confirmed(int? rating = null, string? by = "resident") =>
        Add(version => new CareOrderConfirmed(_id, version, _offer, who, kind, division, by, rating, from.AddHours(5)));

    public CareOrder Cancelled(string by) => Add(version => new CareOrderCancelled(_id, version, _offer, who, kind, division, by, from));

    public CareOrder Refuted() => Add(version => new CareVisitRefuted(_id, version, _offer, who, kind, division, from.AddDays(40)));

    public CareOrder Complaint(bool upheld = true, Guid? id = null) => Add(version =>
        new CareComplaintDecided(_id, version, _offer, who, kind, division, id ?? Guid.CreateVersion7(), upheld, from.AddDays(50)));

    /// <summary>From now on somebody serves it to whom it was not offered: a worker of the gig stations.</summary>
    public CareOrder ByAWorker() => Add(version => new CareVisitStarted(_id, version, null, null, kind, division, false, from))
        .Add(version => new CareOrderConfirmed(_id, version, null, null, kind, division, "resident", 5, from.AddHours(5)));

    /// <summary>From now on it is the next operator's.</summary>
    public CareOrder To(Guid next)
    {
        (who, _offer) = (next, Guid.CreateVersion7());
        return this;
    }

    /// <summary>Orders that were delivered on time.</summary>
    public static IEnumerable<IIntegrationEvent> Good(
        int count, Guid who, DateTimeOffset from, int? rating = null, string kind = "meals", string division = "410603001003") =>
        Enumerable.Range(0, count).SelectMany(_ => new CareOrder(who, from, kind, division).Offered().Accepted().Started().Confirmed(rating).Facts);

    private CareOrder Add(Func<long, IIntegrationEvent> fact)
    {
        Facts.Add(fact(++_version));
        return this;
    }
}
