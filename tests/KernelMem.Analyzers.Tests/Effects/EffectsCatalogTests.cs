using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.Analyzers.Effects;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Tests.Effects;

/// <summary>What is known of members of other assemblies, and from where.</summary>
[TestClass]
public sealed class EffectsCatalogTests
{
    private const string Concat = "M:System.String.Concat(System.String,System.String)";

    private const string File = """
        kmeffects 1
        R new something
        R a reason
        A System.Runtime 00000000000000000000000000000000
        T System.String
        NNN  Concat(System.String,System.String)
        FTU 1 get_Length
        """;

    [TestMethod]
    public void Every_member_of_the_platform_is_in_its_file()
    {
        Compilation compilation = Catalog.Compile("");
        EffectsCatalog catalog = Catalog.Of(compilation);
        List<string> missing = [];
        int count = 0;
        foreach (IMethodSymbol member in Catalog.AllMembers(compilation.GlobalNamespace))
        {
            // Nobody calls finalizers.
            count++;
            if (member.Name != "Finalize" && !catalog.TryGet(member, out _))
                missing.Add(member.GetDocumentationCommentId() + " in " + member.ContainingAssembly.Name);
        }

        Assert.IsGreaterThan(40_000, count);
        Assert.IsEmpty(missing, $"{missing.Count} of {count}:\n" + string.Join('\n', missing.Take(40)));
    }

    [TestMethod]
    public void An_additional_file_wins_over_the_platform_s()
    {
        Compilation compilation = Catalog.Compile("");

        Assert.AreEqual(EffectVerdict.Always, Get(Catalog.Of(compilation), compilation, Concat).Allocates);

        compilation = Catalog.Compile("");
        EffectsCatalog catalog = Catalog.Of(compilation, ("/a/b.kmeffects", File));
        Assert.AreEqual(EffectVerdict.Never, Get(catalog, compilation, Concat).Allocates);
        Assert.AreEqual(
            new MemberEffects(EffectVerdict.FirstUse, EffectVerdict.DependsOnTypeArguments, EffectVerdict.Unknown, "a reason"),
            Get(catalog, compilation, "M:System.String.get_Length"));
    }

    [TestMethod]
    [DataRow("M:System.String.Concat(System.String,System.String) UNN # for this test")]
    [DataRow("M:System.String.Concat(*) UNN # for this test")]
    [DataRow("# a comment\n\nT:System.String UNN # for this test\r\n")]
    public void A_list_wins_over_files(string overrides)
    {
        Compilation compilation = Catalog.Compile("");

        EffectsCatalog catalog = Catalog.Of(compilation, ("a.kmeffects", File), ("a.kmoverrides", overrides));

        Assert.AreEqual(new MemberEffects(EffectVerdict.Unknown, EffectVerdict.Never, EffectVerdict.Never, "for this test"), Get(catalog, compilation, Concat));
    }

    [TestMethod]
    [DataRow("M:System.String.Concat(System.String,System.String) NNN")]
    [DataRow("M:System.String.Concat(System.String,System.String) NNN # ")]
    [DataRow("M:System.String.Concat(System.String,System.String) NXN # a letter that is none")]
    [DataRow("NNN # no member")]
    public void A_line_that_is_none_says_nothing(string line)
    {
        Compilation compilation = Catalog.Compile("");

        Assert.AreEqual(EffectVerdict.Always, Get(Catalog.Of(compilation, ("a.kmoverrides", line)), compilation, Concat).Allocates);
        Assert.HasCount(1, EffectOverrideFile.Parse(line).Errors);
    }

    [TestMethod]
    [DataRow("kmeffects 2\nA X 0\nT System.String\nNNN  Concat(System.String,System.String)")]
    [DataRow("")]
    [DataRow("kmeffects 1\nA X\nT System.String\nNN  Concat(System.String,System.String)\n\nQ\nNNN Concat")]
    public void A_file_that_is_none_says_nothing(string text)
    {
        Compilation compilation = Catalog.Compile("");

        Assert.AreEqual(EffectVerdict.Always, Get(Catalog.Of(compilation, ("a.kmeffects", text)), compilation, Concat).Allocates);
    }

    [TestMethod]
    public void A_type_of_another_assembly_is_not_the_platform_s()
    {
        using MemoryStream image = new();
        Assert.IsTrue(Catalog.Compile("namespace System.Threading { public static class Interlocked { public static void Add(int a) { } public static void Exchange() { } } }").Emit(image).Success);
        MetadataReference reference = MetadataReference.CreateFromImage(image.ToArray());
        Compilation compilation = Catalog.Compile("", reference);
        INamedTypeSymbol type = ((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!).GetTypeByMetadataName("System.Threading.Interlocked")!;

        Assert.IsFalse(Catalog.Of(compilation).TryGet((IMethodSymbol)type.GetMembers("Exchange").Single(), out _));
    }

    [TestMethod]
    public void Of_two_assemblies_with_such_a_type_the_member_s_own_counts()
    {
        const string Two = "kmeffects 1\nA First 0\nT System.String\nUUU  get_Length\nA System.Runtime 0\nT System.String\nNNN  get_Length\nA Third 0\nT System.String\nUUU  get_Length\n";
        Compilation compilation = Catalog.Compile("");

        Assert.AreEqual(EffectVerdict.Never, Get(Catalog.Of(compilation, ("a.kmeffects", Two)), compilation, "M:System.String.get_Length").Allocates);
    }

    [TestMethod]
    public void A_constructed_member_is_its_definition()
    {
        Compilation compilation = Catalog.Compile("class C { void M(System.Collections.Generic.List<int> l) => l.Add(1); }");
        EffectsCatalog catalog = Catalog.Of(compilation);
        INamedTypeSymbol list = ((IMethodSymbol)compilation.GetTypeByMetadataName("C")!.GetMembers("M").Single()).Parameters[0].Type as INamedTypeSymbol ?? throw new AssertFailedException();

        Assert.IsTrue(catalog.TryGet((IMethodSymbol)list.GetMembers("Add").Single(), out MemberEffects effects));
        Assert.AreEqual(EffectVerdict.Always, effects.Allocates);
    }

    [TestMethod]
    public void An_extension_method_that_is_called_on_its_receiver_is_known()
    {
        Compilation compilation = Catalog.Compile("");
        EffectsCatalog catalog = Catalog.Of(compilation);
        IMethodSymbol any = Catalog.Member(compilation, "M:System.Linq.Enumerable.ToArray``1(System.Collections.Generic.IEnumerable{``0})");

        Assert.IsTrue(catalog.TryGet(any.ReduceExtensionMethod(compilation.GetSpecialType(SpecialType.System_String))!, out MemberEffects effects));
        Assert.AreEqual(EffectVerdict.Always, effects.Allocates);
    }

    [TestMethod]
    public void A_catalogue_is_made_once_and_answers_many_at_once()
    {
        Compilation compilation = Catalog.Compile("");
        EffectsCatalog catalog = Catalog.Of(compilation);
        IMethodSymbol[] members = [.. Catalog.AllMembers(compilation.GetTypeByMetadataName("System.String")!)];

        Assert.AreSame(catalog, Catalog.Of(compilation));
        Parallel.For(0, 64, index => Assert.IsTrue(catalog.TryGet(members[index % members.Length], out _)));
    }

    private static MemberEffects Get(EffectsCatalog catalog, Compilation compilation, string id)
    {
        Assert.IsTrue(catalog.TryGet(Catalog.Member(compilation, id), out MemberEffects effects), id);
        return effects;
    }
}
