namespace Microsoft.CodeAnalysis.CSharp.Testing;

/// <summary>What every test of C# starts from.</summary>
internal static class CSharpDefaults
{
    public const string FileExtension = "cs";

    public static CSharpCompilationOptions CompilationOptions { get; } = new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true);

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Default, DocumentationMode.Diagnose);
}
