using LifeCircle.Facilities.LifeCycle;
using MassTransit;

namespace LifeCircle.Facilities.Tests.LifeCycle;

public sealed class FacilitySuspensionDueTests
{
    [Fact]
    public void Keeps_its_name_because_timers_that_were_set_months_ago_carry_it() => Assert.Equal(
        "urn:message:LifeCircle.Facilities.LifeCycle:FacilitySuspensionDue", MessageUrn.ForTypeString<FacilitySuspensionDue>());
}
