using System;
using System.IO;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace KernelMem.RoslynTesting.Tests.Samples;

/// <summary>Writes a class for each additional file.</summary>
[Generator]
public class FileClassGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
        => context.RegisterSourceOutput(context.AdditionalTextsProvider, Write);

    protected virtual void Write(SourceProductionContext context, AdditionalText file)
    {
        string name = Path.GetFileNameWithoutExtension(file.Path);
        context.AddSource($"{name}.g.cs", SourceText.From($"class {name};\n", Encoding.UTF8));
    }
}

/// <summary>Reports what it does not like.</summary>
[Generator]
public sealed class ComplainingGenerator : FileClassGenerator
{
    public static readonly DiagnosticDescriptor Rule =
        new("TEST7", "File", "The file '{0}' is not liked", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    protected override void Write(SourceProductionContext context, AdditionalText file)
        => context.ReportDiagnostic(Diagnostic.Create(Rule, Location.None, file.Path));
}

/// <summary>Throws.</summary>
[Generator]
public sealed class ThrowingGenerator : FileClassGenerator
{
    protected override void Write(SourceProductionContext context, AdditionalText file)
        => throw new NotSupportedException("The generator is broken.");
}

/// <summary>Writes what does not compile.</summary>
[Generator]
public sealed class BrokenGenerator : FileClassGenerator
{
    protected override void Write(SourceProductionContext context, AdditionalText file)
        => context.AddSource("Broken.g.cs", SourceText.From("class Broken : Unknown;\n", Encoding.UTF8));
}
