global using LifeCircle.Testing;
global using Xunit;

[assembly: AssemblyFixture(typeof(TestServers))]
