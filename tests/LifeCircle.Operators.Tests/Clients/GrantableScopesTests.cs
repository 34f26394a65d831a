using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Kinds;

namespace LifeCircle.Operators.Tests.Clients;

/// <summary>The access matrix of Facilities takes this for granted where it tries no operator's client.</summary>
public sealed class GrantableScopesTests
{
    [Theory]
    [InlineData("facilities.write")]
    [InlineData("facilities.import")]
    [InlineData("operators.review")]
    [InlineData("operators.reveal")]
    public void No_third_party_is_granted_what_the_district_does_itself(string scope)
    {
        Assert.Contains(scope, GrantableScopes.All);
        Assert.DoesNotContain(scope, GrantableScopes.OfEveryOperator);
        Assert.DoesNotContain(ServiceKinds.All, kind => kind.Scopes.Contains(scope));
    }
}
