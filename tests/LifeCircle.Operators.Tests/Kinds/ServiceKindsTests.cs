using LifeCircle.Operators.Clients;
using LifeCircle.Operators.Kinds;

namespace LifeCircle.Operators.Tests.Kinds;

public sealed class ServiceKindsTests
{
    [Fact]
    public void A_kind_opens_to_its_operators_what_its_delivery_needs_and_no_more() => Assert.Equal(
        [
            "meals: care.fulfil", "bathing: care.fulfil", "cleaning: care.fulfil", "medical_escort: care.fulfil", "mobility: care.fulfil", "emergency: care.fulfil",
            "day_care: care.fulfil", "family_doctor: care.fulfil", "home_adaptation: care.fulfil", "grocery_delivery: care.fulfil", "repairs: ", "training: jobs.train",
            "recruitment: jobs.post",
        ],
        ServiceKinds.All.Select(kind => $"{kind.Code}: {string.Join(' ', kind.Scopes)}"));

    [Fact]
    public void Every_scope_of_a_kind_can_be_granted() => Assert.All(ServiceKinds.All.SelectMany(kind => kind.Scopes), scope => Assert.Contains(scope, GrantableScopes.All));
}
