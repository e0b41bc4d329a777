using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using KernelMem.Analyzers.Effects;
using KernelMem.Effects.Tasks;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace KernelMem.Effects.Tests;

/// <summary>The build task, on assemblies in a folder.</summary>
[TestClass]
public sealed class InferEffectsTests
{
    private const string Source = "[assembly: KernelMem.Annotations.NoAlloc] namespace KernelMem.Annotations { class NoAllocAttribute : Attribute { } class MayAllocAttribute(string why) : Attribute { public string Why => why; } } "
        + "public class C { [KernelMem.Annotations.MayAlloc(\"host\")] public static object M() => new object(); public static int N() => 1; public static object Trusted() => new object(); }";

    private readonly string _folder = Directory.CreateTempSubdirectory("effects").FullName;
    private readonly List<string> _errors = [];

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void It_writes_what_code_and_marks_say()
    {
        string file = Run(Write("Library", Source)).Single();

        EffectsFile effects = EffectsFile.Parse(File.ReadAllText(file));
        Assert.AreEqual("Library", effects.Assemblies.Single().Name);
        Assert.AreEqual(EffectVerdict.Always, Allocates(effects, "M"));
        Assert.AreEqual(EffectVerdict.Never, Allocates(effects, "N"));
        Assert.AreEqual(EffectVerdict.Never, Allocates(effects, "Trusted"));
    }

    [TestMethod]
    public void The_same_assemblies_are_not_judged_again()
    {
        string library = Write("Library", Source);
        string file = Run(library).Single();
        File.WriteAllText(file, "kept");

        Assert.AreEqual(file, Run(library).Single());
        Assert.AreEqual("kept", File.ReadAllText(file));
    }

    [TestMethod]
    public void Another_build_of_an_assembly_is_judged()
    {
        Run(Write("Library", Source));

        string file = Run(Write("Library", "public class C { public static object N() => new object(); }")).Single();

        Assert.AreEqual(EffectVerdict.Always, Allocates(EffectsFile.Parse(File.ReadAllText(file)), "N"));
    }

    [TestMethod]
    public void Another_list_counts()
    {
        string library = Write("Library", "public class C { public static object N() => new object(); }");
        Run(library);

        string file = Run([library], [], "M:C.N NNN # for this test").Single();

        Assert.AreEqual(EffectVerdict.Never, Allocates(EffectsFile.Parse(File.ReadAllText(file)), "N"));
    }

    [TestMethod]
    public void A_line_of_a_list_that_is_none_is_an_error()
    {
        Run([Write("Library", Source)], [], "M:C.N NNN", succeeds: false);

        Assert.Contains("M:C.N NNN", _errors.Single());
    }

    [TestMethod]
    public void A_reference_assembly_is_left_out()
        => Assert.IsEmpty(Run(Write("Library", "[assembly: ReferenceAssembly] public class C { public static object N() => new object(); }")));

    [TestMethod]
    public void For_a_reference_assembly_its_implementation_is_judged()
    {
        string reference = Write("Library", "[assembly: ReferenceAssembly] public class C { public static object N() => null; }");
        string implementation = Write("Library", "public class C { public static object N() => new object(); }", "implementation");

        string file = Run([reference], [implementation]).Single();

        Assert.AreEqual(EffectVerdict.Always, Allocates(EffectsFile.Parse(File.ReadAllText(file)), "N"));
    }

    [TestMethod]
    public void What_is_no_assembly_is_left_out()
    {
        string text = Path.Combine(_folder, "native.dll");
        File.WriteAllText(text, "no assembly");

        Assert.IsEmpty(Run(text));
    }

    [TestMethod]
    [DataRow("class D { static void M() => C.N(); }", false)]
    [DataRow("class D { [NoAlloc] static void M() => C.N(); }", true)]
    [DataRow("[assembly: KernelMem.Annotations.NoThrow]", true)]
    [DataRow(@"class D { [No\u0041lloc] static void M() => C.N(); }", true)]
    public void For_sources_without_marks_nothing_is_judged(string source, bool isJudged)
    {
        string file = Path.Combine(_folder, "D.cs");
        File.WriteAllText(file, source);

        string[] files = Run([Write("Library", "public class C { public static object N() => new object(); }")], [], sources: [Path.Combine(_folder, "none.cs"), file]);

        Assert.AreEqual(isJudged, files.Length > 0);
    }

    [TestMethod]
    public void A_mark_in_a_reference_may_be_inherited()
    {
        string file = Path.Combine(_folder, "D.cs");
        File.WriteAllText(file, "class D : C { }");

        Assert.HasCount(1, Run([Write("Library", Source)], [], sources: [file]));
    }

    private static EffectVerdict Allocates(EffectsFile file, string member)
    {
        Assert.IsTrue(file.TryGet("Library", "C", member, out MemberEffects effects));
        return effects.Allocates;
    }

    private string Write(string name, string source, string subfolder = "library")
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, subfolder)).FullName, name + ".dll");
        File.WriteAllBytes(path, Snippet.Compile(source, name));
        return path;
    }

    private string[] Run(string assembly) => Run([assembly], []);

    private string[] Run(string[] assemblies, string[] implementations, string? list = null, bool succeeds = true, string[]? sources = null)
    {
        string lines = Path.Combine(_folder, "a.kmoverrides");
        if (list is not null)
            File.WriteAllText(lines, list);

        using InferEffects task = new()
        {
            BuildEngine = new Engine(_errors),
            Assemblies = Items(assemblies),
            Implementations = Items(implementations),
            References = Items(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)),
            Sources = Items(sources ?? []),
            Overrides = list is null ? [] : Items([lines]),
            OutputFile = Path.Combine(_folder, "obj", "references.kmeffects"),
        };
        Assert.AreEqual(succeeds, task.Execute());
        return [.. task.EffectsFiles.Select(static item => item.ItemSpec)];
    }

    private static ITaskItem[] Items(IEnumerable<string> paths) => [.. paths.Select(static path => new TaskItem(path))];

    /// <summary>MSBuild, as far as the task asks it.</summary>
    private sealed class Engine(List<string> errors) : IBuildEngine
    {
        public bool ContinueOnError => false;

        public int LineNumberOfTaskNode => 0;

        public int ColumnNumberOfTaskNode => 0;

        public string ProjectFileOfTaskNode => "";

        public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) => throw new NotSupportedException();

        public void LogCustomEvent(CustomBuildEventArgs e)
        {
        }

        public void LogErrorEvent(BuildErrorEventArgs e) => errors.Add(e.Message!);

        public void LogMessageEvent(BuildMessageEventArgs e)
        {
        }

        public void LogWarningEvent(BuildWarningEventArgs e) => errors.Add(e.Message!);
    }
}
