global using LifeCircle.Testing;
global using Xunit;
