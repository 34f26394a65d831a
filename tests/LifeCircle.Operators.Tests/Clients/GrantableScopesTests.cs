using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Kinds;

namespace LifeCircle.Operators.Tests.Clients;

/// <summary>The access matrices of Facilities and Venues take this for granted where they try no operator's client.</summary>
public sealed class GrantableScopesTests
{
    [Theory]
    [InlineData("facilities.write")]
    [InlineData("facilities.import")]
    [InlineData("operators.review")]
    [InlineData("operators.reveal")]
    [InlineData("venues.manage")]
    [InlineData("bookings.gate")]
    [InlineData("bookings.reveal")]
    public void No_third_party_is_granted_what_the_district_does_itself(string scope)
    {
        Assert.Contains(scope, GrantableScopes.All);
        Assert.DoesNotContain(scope, GrantableScopes.OfEveryOperator);
        Assert.DoesNotContain(ServiceKinds.All, kind => kind.Scopes.Contains(scope));
    }

    [Theory]
    [InlineData("facilities.read")]
    [InlineData("venues.read")]
    [InlineData("bookings.read")]
    [InlineData("bookings.write")]
    public void Every_third_party_may_find_places_and_book_for_its_people(string scope) => Assert.Contains(scope, GrantableScopes.OfEveryOperator);
}
