using System;
using System.IO;
using System.Linq;
using KernelMem.Interleavings.Tests.Exploring;
using KernelMem.Platform;

namespace KernelMem.Interleavings.Tests;

/// <summary>The guide's example is this one, word for word.</summary>
[TestClass]
public sealed unsafe class GuideTests
{
    [TestMethod]
    public void The_example_runs()
    {
        using ConcurrentProgram program = new();
        SpinLock* spinLock = program.Place<SpinLock>("lock");
        ulong* counter = program.Place<ulong>("counter");
        ExplorerPlatform platform = new(2);
        void Add()
        {
            SpinLockGuard<ExplorerPlatform> guard = spinLock->Acquire(platform);
            Atomic.Store(ref *counter, Atomic.Load(in *counter) + 1);
            guard.Release();
        }

        program.Cpus = [Add, Add];
        program.Check = () => Assert.AreEqual(2UL, *counter);
        Explorer.Run(program, Bounds.UpTo(3)).ExpectNoFailure();
    }

    [TestMethod]
    public void The_example_is_in_the_guide()
    {
        DirectoryInfo root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "KernelMem.sln")))
            root = root.Parent!;

        string guide = File.ReadAllText(Path.Combine(root.FullName, "docs", "interleavings.md"));
        string source = File.ReadAllText(Path.Combine(root.FullName, "tests", "KernelMem.Interleavings.Tests", "GuideTests.cs"));
        string example = guide.Split("```csharp\n")[1].Split("```")[0];
        Assert.Contains(Trimmed(example), Trimmed(source), StringComparison.Ordinal);
    }

    private static string Trimmed(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()));
}
