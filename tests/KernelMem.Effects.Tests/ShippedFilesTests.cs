using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using KernelMem.Analyzers.Effects;
using KernelMem.Annotations;
using Mono.Cecil;

namespace KernelMem.Effects.Tests;

/// <summary>The files that are shipped are those of the code that is there.</summary>
[TestClass]
public sealed class ShippedFilesTests
{
    public TestContext TestContext { get; set; } = null!;

    /// <summary>
    /// Of an assembly of the same build all verdicts are the same. Of another patch of .NET most are; how many are not is only told.
    /// </summary>
    [TestMethod]
    public void The_file_for_the_platform_is_what_its_assemblies_say()
    {
        string[] assemblies = [.. Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll")];
        using World world = new(assemblies, []);
        List<AssemblyEffects> now = EffectsInference.Infer(world, new EffectOverrides(EffectOverrides.Platform), elsewhere: null, CancellationToken.None);
        Dictionary<string, Guid> shipped = KnownFiles.Platform.Assemblies.ToDictionary(static assembly => assembly.Name, static assembly => assembly.Mvid);

        // A verdict depends on the other assemblies too.
        bool isSame = now.TrueForAll(assembly => shipped.TryGetValue(assembly.Name, out Guid mvid) && mvid == assembly.Mvid);
        List<string> different = [.. now.SelectMany(static assembly => assembly.Members, static (assembly, member) => (assembly.Name, Member: member.Key, Effects: member.Value))
            .Where(static each => !Agrees(each.Name, each.Member, each.Effects))
            .Select(static each => DocumentationIds.Of(each.Member))];

        TestContext.WriteLine($"{different.Count} of {now.Sum(static assembly => assembly.Members.Count)} members differ from the file; the build is {(isSame ? "the same" : "another")}");
        if (isSame)
            Assert.IsEmpty(different, "run eng/PlatformEffects (docs/effects.md):\n" + string.Join('\n', different.Take(40)));
        else
            Assert.IsLessThan(now.Sum(static assembly => assembly.Members.Count) / 20, different.Count, "the file is of another .NET");
    }

    [TestMethod]
    public void The_file_in_the_kit_is_what_its_core_library_says()
    {
        using World world = new([Kit("corlib", "KernelMem.CoreLib.dll")], []);
        EffectOverrides overrides = new(EffectOverrideFile.Parse(File.ReadAllText(Kit("Kernel.kmoverrides"))), EffectOverrides.Platform);
        string now = EffectsWriter.Write(EffectsInference.Infer(world, overrides, new KnownFiles([KnownFiles.Platform]).Find, CancellationToken.None));

        Assert.AreEqual(now, File.ReadAllText(Kit("corlib", "KernelMem.CoreLib.kmeffects")));
    }

    [TestMethod]
    [DataRow("System.Span`1", "CopyTo(System.Span{`0})")]
    [DataRow("System.Span`1", "get_Item(System.Int32)")]
    [DataRow("System.Span`1", "Clear")]
    [DataRow("System.Buffer", "MemoryCopy(System.Void*,System.Void*,System.UInt64,System.UInt64)")]
    [DataRow("System.Environment", "FailFast(System.String)")]
    [DataRow("System.Threading.Interlocked", "CompareExchange(System.UInt64@,System.UInt64,System.UInt64)")]
    public void A_kernel_s_core_library_does_not_allocate(string type, string member)
    {
        EffectsFile file = EffectsFile.Parse(File.ReadAllText(Kit("corlib", "KernelMem.CoreLib.kmeffects")));

        Assert.IsTrue(file.TryGet("System.Runtime", type, member, out MemberEffects effects));
        Assert.AreEqual(EffectVerdict.Never, effects.Allocates, effects.Reason);
    }

    /// <summary>Whatever a kernel may call of the library: what its marks say is what its code does.</summary>
    [TestMethod]
    public void The_library_does_not_allocate_but_where_it_says_so()
    {
        EffectsFile core = EffectsFile.Parse(File.ReadAllText(Kit("corlib", "KernelMem.CoreLib.kmeffects")));
        using World world = new([typeof(NoAllocAttribute).Assembly.Location], Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll"));
        AssemblyEffects effects = EffectsInference.Infer(world, new EffectOverrides(EffectOverrides.Platform), new KnownFiles([core, KnownFiles.Platform]).Find, CancellationToken.None).Single();

        string[] wrong = [.. effects.Members
            .Where(static member => !member.Key.IsAbstract && member.Value.Allocates != EffectVerdict.Never && member.Value.Reason != "marked MayAlloc")
            .Select(static member => DocumentationIds.Of(member.Key) + ": " + member.Value)];
        Assert.IsGreaterThan(1000, effects.Members.Count);
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    private static bool Agrees(string assembly, MethodDefinition member, MemberEffects effects)
        => KnownFiles.Platform.TryGet(assembly, DocumentationIds.TypeName(member.DeclaringType), DocumentationIds.MemberName(member), out MemberEffects shipped) && shipped == effects;

    private static string Kit(params string[] path)
    {
        DirectoryInfo output = new(AppContext.BaseDirectory);
        for (DirectoryInfo? folder = output; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KernelMem.sln")))
                return Path.Combine([folder.FullName, "src", "KernelMem.Sdk", "kit", output.Parent!.Name, .. path]);
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
