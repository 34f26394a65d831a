global using Xunit;

[assembly: AssemblyFixture(typeof(LifeCircle.EndToEnd.Tests.DemoDistrict))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
