using LifeCircle.Contracts.Care;
using LifeCircle.Operators.Evaluation;

namespace LifeCircle.Operators.Tests.Evaluation;

public sealed class EvaluatedOfferTests
{
    private static readonly DateTimeOffset Noon = EvaluationApp.In("2026-03");

    [Theory]
    [InlineData("resident", OfferOutcome.Verified)]
    [InlineData("family", OfferOutcome.Verified)]
    [InlineData("community_worker", OfferOutcome.Verified)]
    [InlineData("check_in", OfferOutcome.Verified)]
    [InlineData("operator", OfferOutcome.Unverified)]
    [InlineData("Resident", OfferOutcome.Unverified)]
    [InlineData("", OfferOutcome.Unverified)]
    [InlineData(null, OfferOutcome.Unverified)]
    public void A_visit_is_verified_by_those_only_who_may_vouch_for_it(string? by, OfferOutcome outcome)
    {
        var offer = EvaluatedOffer.Of(Guid.CreateVersion7());
        offer.Take(new CareOrderConfirmed(Guid.CreateVersion7(), 5, offer.OfferId, Guid.CreateVersion7(), "meals", "410603001", by, 4, Noon));
        Assert.Equal((outcome, outcome is OfferOutcome.Verified ? 4 : null), (offer.Outcome, offer.Rating));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_it_is_to_be_delivered_is_what_the_latest_fact_says_in_whatever_order_they_come(bool inOrder)
    {
        var (order, who, offer) = (Guid.CreateVersion7(), Guid.CreateVersion7(), EvaluatedOffer.Of(Guid.CreateVersion7()));
        var offered = new CareOrderOffered(order, 2, offer.OfferId, who, "meals", "410603", Noon, Noon.AddHours(1), Noon, Noon);
        var started = new CareVisitStarted(order, 4, offer.OfferId, who, "meals", "410603001003", false, Noon);
        offer.Take(inOrder ? offered : started);
        offer.Take(inOrder ? started : offered);
        Assert.Equal(("410603001003", 2, 4), (offer.DivisionCode, offer.OfferedVersion, offer.StartVersion));
    }
}
