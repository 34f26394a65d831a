global using LifeCircle.Gateway.Tests.Bed;
global using LifeCircle.Testing;
global using Xunit;

[assembly: AssemblyFixture(typeof(TestServers))]
